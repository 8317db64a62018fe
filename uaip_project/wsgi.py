"""Entry point of the web server."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from accounts.signing import ring

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uaip_project.settings")

application = get_wsgi_application()
import_module("uaip_project.operations.log_level").Follower().start()
# Made at the first start of an embedded installation, read before the first request everywhere.
ring()
