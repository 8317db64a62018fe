"""The roof: settings, URLs, the Celery app, home page and operations."""

from uaip_project.celery import app as celery_app

__all__ = ("celery_app",)
