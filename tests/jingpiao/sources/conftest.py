"""Django made ready before the tests of this folder are collected, so that the folder runs by itself."""

import django

django.setup()
