"""The contacts collection. Nobody else knows its field names."""

from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.contact.model import Message


class Contacts:
    """Messages to the people behind the product."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._contacts = db["contacts"]

    def insert(self, message: Message, now: datetime) -> ObjectId:
        """Keep a message; its id."""
        form = message.form
        document = {
            "firstName": form.first_name,
            "lastName": form.last_name,
            "email": form.email,
            "subject": form.subject,
            "message": form.text,
            "status": "new",
            "priority": message.priority,
            "ipAddress": message.ip_address,
            "userAgent": message.user_agent,
            "createdAt": now,
            "updatedAt": now,
            "__v": 0,
        }
        inserted: ObjectId = self._contacts.insert_one(document).inserted_id
        return inserted
