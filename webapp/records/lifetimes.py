"""How long what is meant to pass lasts."""

from datetime import timedelta

SESSION_IDLE = timedelta(minutes=30)
SESSION = timedelta(hours=12)
DRAFT = timedelta(hours=24)
API_REQUEST = timedelta(hours=48)
BATCH = timedelta(days=14)
INVITATION = timedelta(minutes=60)
EMPTIED_EVERY = timedelta(hours=1)
