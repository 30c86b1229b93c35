"""wsgi: the web service as granian serves it."""

import os

from django.core.wsgi import get_wsgi_application

from jingpiao.garbage import calm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingpiao.settings")
application = get_wsgi_application()

from jingpiao.api.patience import Patience  # noqa: E402 - only once the settings are loaded
from jingpiao.inquiry.quick import QuickCheck  # noqa: E402 - only once the settings are loaded

application = Patience(QuickCheck(application))  # type: ignore[assignment]
calm()
