"""Addresses of the doors for programs, below /auth/."""

from __future__ import annotations

from django.urls import path

from accounts.api import auth

app_name = "auth"

urlpatterns = [
    path("login", auth.Login.as_view(), name="login"),
    path("refresh", auth.Refresh.as_view(), name="refresh"),
    path("logout", auth.Logout.as_view(), name="logout"),
    path("register", auth.Register.as_view(), name="register"),
]
