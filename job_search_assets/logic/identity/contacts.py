"""Addresses of e-mail, phone, post and network, brought into a form that can be compared.

Each function takes one text, engine-free, so that every engine gets the same.
"""

import re

_NOT_LETTER = re.compile(r"[\W\d_]+")
_NOT_DIGIT = re.compile(r"\D+")
_NOT_SIGN = re.compile(r"[\W_]+")


def mail(email: str | None) -> tuple[str | None, str | None, str | None]:
    """An e-mail address in lower case, its local part without tag, and the letters of that (three or more)."""
    address = (email or "").strip().lower()
    local = address.rpartition("@")[0].partition("+")[0]
    letters = _NOT_LETTER.sub("", local)
    return address or None, local or None, letters if len(letters) > 2 else None


def national_number(phone: str | None, country: str | None) -> str | None:
    """A phone number's last nine national digits, so that +44 20 …, 0044 20 … and 020 … are one.

    A number that is not possible in the account's country is read by its digits alone: people move.
    """
    import phonenumbers

    if not phone:
        return None
    digits = _NOT_DIGIT.sub("", phone).lstrip("0")
    try:
        number = phonenumbers.parse(phone, country)
        if phonenumbers.is_possible_number(number):
            digits = str(number.national_number)
    except phonenumbers.NumberParseException:
        pass
    return digits[-9:] if len(digits) > 5 else None


def post(postcode: str | None) -> tuple[str | None, str | None]:
    """A postcode without spaces in lower case, and the district it begins with: all but the last three signs."""
    code = _NOT_SIGN.sub("", (postcode or "").lower())
    return code or None, code[:-3] if len(code) > 3 else None


def network(address: str | None) -> str | None:
    """The network of one household or office: the address itself, of IPv6 its first 64 bits."""
    import ipaddress

    if not address or ":" not in address:
        return address or None
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
