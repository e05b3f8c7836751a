"""What is read of the documents of users: never the bytes of a photo, never a text without end."""

from typing import Final

from coinbreakr import text
from coinbreakr.mongo import expressions, fingerprints
from coinbreakr.users import photos

# No address that is compared has 255 characters; what is stored may have millions.
CUT: Final = {
    field: expressions.cut(f"${field}", text.MAX_ADDRESS + 1)
    for field in ("name", "email", "phoneNumber")
}
_IMAGE: Final = "$profileImage"
_IS_LONG: Final = {"$gt": [{"$strLenBytes": expressions.text(_IMAGE, "")}, photos.INLINE]}
_IS_PHOTO: Final = {  # of a long one, which is a string
    "$regexMatch": {
        "input": {"$substrCP": [_IMAGE, 0, fingerprints.HEAD]},
        "regex": photos.DECLARATION,
        "options": "i",
    }
}
_FINGERPRINT: Final = fingerprints.expression(_IMAGE)
# MongoDB takes an expression apart for each query: what is said once costs half.
PERSON: Final = {
    "name": CUT["name"],
    "email": CUT["email"],
    "profileImage": {"$cond": [_IS_LONG, photos.DEFAULT, _IMAGE]},
    "fingerprint": {"$cond": [{"$and": [_IS_LONG, _IS_PHOTO]}, _FINGERPRINT, None]},
}
CONTACT: Final = {**PERSON, "phoneNumber": CUT["phoneNumber"]}
MATCH: Final = {"email": CUT["email"], "phoneNumber": CUT["phoneNumber"]}
SETTINGS: Final = {"confirmPayments": 1}
PARTY: Final = {**PERSON, "isActive": 1, **SETTINGS}
CALLER: Final = {"isActive": 1, "friends": 1}
ACCOUNT: Final = {
    "name": CUT["name"], "email": CUT["email"], "role": 1, "isActive": 1, "password": 1,
}  # fmt: skip
