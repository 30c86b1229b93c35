"""Doors of inquiry (查询入口)."""

from django.urls import path

from jingpiao.inquiry import manual, views

urlpatterns = [
    path("", views.home, name="home"),
    path("check", views.check, name="check"),
    path("explain", views.explain, name="explain"),
    path("recent/forget", views.forget_recent, name="forget-recent"),
    path("answers/<str:token>", views.answer, name="answer"),
    path("answers/<str:token>/watch", views.watching, name="watch"),
    path("answers/<str:token>/receipt", views.receipt, name="receipt"),
    path("answers/<str:token>/manual", manual.manual, name="manual"),
    path("answers/<str:token>/manual/<int:number>/picture", manual.picture, name="manual-picture"),
    path("answers/<str:token>/verification", manual.verification, name="verification"),
]
