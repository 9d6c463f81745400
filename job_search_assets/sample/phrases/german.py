"""German phrases."""

from job_search_assets.sample.draws import listed
from job_search_assets.sample.phrases import Phrases

GERMAN = Phrases(
    work=(
        "{job} bei {firm} seit {since}.",
        "Ich arbeite seit {years} Jahren als {job} in {city}.",
        "Gelernt: {job}. Heute mehr {skill}.",
        "{skill} und {skill}, am liebsten im kleinen Team.",
        "Selbstständig, Arbeitsproben unter {link}",
        "Studiere in {city}, drittes Semester",
        "Mein kleiner Laden für {hobby}: {link}",
        "Nachhilfe in {skill}, Preise auf Anfrage",
        "Teamleitung {skill}, {firm}",
    ),
    life=(
        "Geboren in {city}, zu Hause in {city}.",
        "Hobbys: {hobby}, {hobby}",
        "Am Wochenende {hobby}, sonst {hobby}.",
        "zwei Kinder, ein Hund, keine Zeit für {hobby}",
        "Vor {years} Jahren nach {city} gezogen und geblieben.",
        "Seit {since} begeistert von {hobby}!",
        "Beim Preisausschreiben mal {sum} € gewonnen, seitdem nichts mehr",
    ),
    aside=(
        "Hallo zusammen",
        "wird später ausgefüllt",
        "nur ein Test",
        "meine Schwester meinte, ich soll mich anmelden :)",
        "Bitte lieber per Mail.",
        "mehr unter {link}",
        "altes Passwort vergessen, darum neu hier",
        "Grüße aus {city}",
    ),
    skill=listed(
        "Buchhaltung,Python,SQL,Schweißen,Logistik,Pflege,Vertrieb,Statistik,Webdesign,Übersetzung,"
        "Einkauf,Elektrotechnik,Projektleitung,Fotografie,Lagerwirtschaft,Qualitätssicherung,Excel,"
        "Personalwesen,Tischlern"
    ),
    hobby=listed(
        "Klettern,Fußball,Schach,Gartenarbeit,Backen,Radfahren,Angeln,Chor,Brettspiele,Laufen,"
        "Stricken,Wandern,Schwimmen,Gitarre,Lesen,Tischtennis,Tanzen,Segeln"
    ),
    hook=(
        "Herzlichen Glückwunsch {given}!",
        "DRINGEND: Ihr {prize} wartet.",
        "Von zu Hause {sum} € pro Woche verdienen!",
        "Ihr Paket konnte nicht zugestellt werden.",
        "Einsam heute Abend?",
        "Sind Sie {job}? Wir zahlen mehr.",
        "Wir stellen ein, {skill} nicht nötig!",
        "Nur heute für neue Mitglieder in {city}",
    ),
    offer=(
        "Sichern Sie sich {prize}, nur {sum} €.",
        "Kredit bis {sum} € ohne Schufa.",
        "Garantiert {sum} € am Tag mit unserer Methode.",
        "Günstige {prize}, Lieferung nach {city}.",
        "Bestätigen Sie Ihre Zahlungsdaten, sonst wird das Konto gesperrt.",
        "Tausende Singles bei {city} sind online.",
        "{skill} in einer Woche lernen, erste Stunde gratis.",
    ),
    call=(
        "Jetzt klicken: {link}",
        "Besuchen Sie {link}",
        "Anrufen: 0{phone}",
        "Schreib mir {link}",
        "Nur noch wenige Plätze!",
        "Infos: {link}",
    ),
    prize=listed("Gutschein,Handy,Reise für zwei,Bonus,Markenuhr,Diplom,Kredit,Geschenkkarte"),
)
