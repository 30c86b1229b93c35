"""urls: every door of the site (所有入口). Each room lists its own; this file says under which path."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
