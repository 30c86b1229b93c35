"""wsgi: the web service as granian serves it."""

import os

from django.core.wsgi import get_wsgi_application

from jingpiao.garbage import calm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingpiao.settings")
application = get_wsgi_application()
calm()
