"""The web application for a production server: `gunicorn wsgi:app`."""

from app import create_app
from app.demo.guard import refuse_wrong_database

app = create_app()
refuse_wrong_database(app)
