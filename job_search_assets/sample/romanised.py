"""Names in Latin letters, as their owners would type them on a foreign keyboard.

Hangul follows the Revised Romanisation, sound by sound, save the surnames, which have spellings of their own;
Ukrainian follows the passport table of 2010; the rest loses its accents.
"""

import re
import unicodedata

from job_search_assets.sample.draws import listed

_ONSETS = listed("g,kk,n,d,tt,r,m,b,pp,s,ss,,j,jj,ch,k,t,p,h")
_VOWELS = listed("a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i")
_CODAS = listed(",k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t")
_KOREAN_SURNAMES = listed("김,이,박,최,정,강,조,윤,장,임,오,신,권,황,안,우,문")
_THEIR_SPELLING = listed("Kim,Lee,Park,Choi,Jung,Kang,Cho,Yoon,Jang,Lim,Oh,Shin,Kwon,Hwang,Ahn,Woo,Moon")
_SURNAMES = dict(zip(_KOREAN_SURNAMES, _THEIR_SPELLING, strict=True))
_UKRAINIAN = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'’"
_IN_LATIN = listed("a,b,v,h,g,d,e,ie,zh,z,y,i,i,i,k,l,m,n,o,p,r,s,t,u,f,kh,ts,ch,sh,shch,,iu,ia,,")
_CYRILLIC = dict(zip(_UKRAINIAN, _IN_LATIN, strict=True))
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ı": "i", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "œ": "oe"})


def romanised(name: str) -> str:
    """The name in unaccented Latin letters."""
    if any("가" <= sign <= "힣" for sign in name):
        return _SURNAMES.get(name) or _hangul(name).capitalize()
    if any("а" <= sign <= "ї" for sign in name.lower()):
        return " ".join(_cyrillic(word).capitalize() for word in name.split(" "))
    decomposed = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def slug(name: str) -> str:
    """The name as the local part of an e-mail address or a domain would carry it."""
    return re.sub("[^a-z0-9]", "", romanised(name).lower()) or "x"


def _hangul(name: str) -> str:
    return "".join(_syllable(ord(sign) - ord("가")) if "가" <= sign <= "힣" else sign for sign in name)


def _syllable(number: int) -> str:
    onset, rest = divmod(number, 588)
    vowel, coda = divmod(rest, 28)
    return _ONSETS[onset] + _VOWELS[vowel] + _CODAS[coda]


def _cyrillic(word: str) -> str:
    return "".join(_CYRILLIC.get(sign, sign) for sign in word.lower())
