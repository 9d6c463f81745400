"""Polish phrases."""

from job_search_assets.sample.draws import listed
from job_search_assets.sample.phrases import Phrases

POLISH = Phrases(
    work=(
        "{job} w {firm} od {since} roku.",
        "Mam {years} lat doświadczenia, głównie {skill}.",
        "Z wykształcenia {job}, teraz bardziej {skill}.",
        "Lubię {skill} i porządek na biurku.",
        "Własna działalność, przykłady: {link}",
        "Studiuję w mieście {city}, drugi rok",
        "Mały sklep dla fanów, {hobby}: {link}",
        "Korepetycje, {skill}, ceny do uzgodnienia",
    ),
    life=(
        "Pochodzę z okolic {city}.",
        "Hobby: {hobby}, {hobby}",
        "w weekendy {hobby}",
        "dwoje dzieci, pies i brak czasu na {hobby}",
        "Od {years} lat mieszkam w {city}.",
        "wygrałem kiedyś {sum} zł w konkursie :)",
        "Zapytaj mnie o {hobby}!",
    ),
    aside=(
        "Cześć wszystkim",
        "uzupełnię później",
        "tylko sprawdzam",
        "siostra kazała się zapisać haha",
        "Proszę o kontakt mailowy.",
        "więcej na {link}",
        "stare konto przepadło",
    ),
    skill=listed(
        "księgowość,Python,SQL,spawanie,logistyka,gotowanie,sprzedaż,statystyka,tłumaczenia,"
        "fotografia,nauczanie,kadry,marketing,stolarka,Excel"
    ),
    hobby=listed(
        "wspinaczka,piłka nożna,szachy,ogród,rower,wędkarstwo,chór,gry planszowe,bieganie,góry,"
        "pływanie,gitara,książki,taniec"
    ),
    hook=(
        "Gratulacje {given}!",
        "PILNE: Twoja nagroda {prize} czeka.",
        "Zarabiaj {sum} zł tygodniowo z domu!",
        "Nie mogliśmy doręczyć przesyłki.",
        "Samotny wieczór?",
        "Zatrudniamy od zaraz, {skill} niepotrzebne!",
        "Oferta tylko dla {city}",
    ),
    offer=(
        "Odbierz {prize}, tylko {sum} zł.",
        "Pożyczka do {sum} zł bez BIK.",
        "Gwarantowane {sum} zł dziennie.",
        "Potwierdź dane płatności, inaczej konto zostanie zablokowane.",
        "Tysiące singli w okolicy {city}.",
        "Naucz się: {skill} w tydzień, pierwsza lekcja gratis.",
    ),
    call=(
        "Kliknij {link}",
        "Wejdź na {link}",
        "Zadzwoń 0{phone}",
        "Napisz do mnie {link}",
        "Liczba miejsc ograniczona!",
        "Szczegóły: {link}",
    ),
    prize=listed("bon,telefon,wycieczka,bonus,zegarek,dyplom,kredyt,karta podarunkowa"),
)
