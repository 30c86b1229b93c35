"""Doors of accounts (账户入口)."""

from django.urls import path

from jingpiao.accounts import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-in/first", views.first, name="first"),
    path("sign-out", views.sign_out, name="sign-out"),
]
