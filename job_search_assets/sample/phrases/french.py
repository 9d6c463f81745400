"""French phrases."""

from job_search_assets.sample.draws import listed
from job_search_assets.sample.phrases import Phrases

FRENCH = Phrases(
    work=(
        "{job} chez {firm} depuis {since}.",
        "{years} ans d'expérience, surtout à {city}.",
        "Formation de {job}, aujourd'hui plutôt {skill}.",
        "J'aime {skill} et le travail bien fait.",
        "Indépendant, exemples sur {link}",
        "Étudiante à {city}, deuxième année",
        "Ma petite boutique de {hobby} : {link}",
        "Cours de {skill} le soir, tarifs sur demande",
    ),
    life=(
        "Né à {city}, j'habite {city}.",
        "Mes loisirs : {hobby}, {hobby}.",
        "le week-end c'est {hobby}",
        "deux enfants, un chien, plus le temps pour {hobby}",
        "Arrivée à {city} il y a {years} ans.",
        "Demandez-moi {hobby} !",
        "j'ai gagné {sum} € au loto de {city}, une fois",
    ),
    aside=(
        "Bonjour à tous",
        "je remplirai plus tard",
        "juste un essai",
        "ma sœur m'a dit de m'inscrire mdr",
        "plutôt par mail svp",
        "voir {link}",
        "ancien compte perdu, me revoilà",
    ),
    skill=listed(
        "la comptabilité,Python,SQL,la soudure,la logistique,la cuisine,la vente,la statistique,"
        "la traduction,la photo,l'enseignement,la gestion de projet,la paie,le marketing,l'électricité,"
        "la menuiserie"
    ),
    hobby=listed(
        "escalade,football,échecs,jardinage,vélo,pêche,chorale,course,tricot,randonnée,natation,"
        "guitare,lecture,danse,théâtre"
    ),
    hook=(
        "Félicitations {given} !",
        "URGENT : votre {prize} vous attend.",
        "Gagnez {sum} € par semaine à la maison !",
        "Votre colis n'a pas pu être livré.",
        "Seul ce soir ?",
        "On recrute, sans expérience en {skill} !",
        "Offre limitée pour {city}",
    ),
    offer=(
        "Recevez votre {prize} pour {sum} € seulement.",
        "Crédit jusqu'à {sum} € sans justificatif.",
        "{sum} € par jour garantis avec notre méthode.",
        "Confirmez vos données de paiement pour garder le service.",
        "Des milliers de célibataires près de {city}.",
        "Apprenez {skill} en une semaine, premier cours gratuit.",
    ),
    call=(
        "Cliquez {link}",
        "Visitez {link}",
        "Appelez le 0{phone}",
        "Écris-moi {link}",
        "Places limitées !",
        "Infos : {link}",
    ),
    prize=listed("bon d'achat,téléphone,voyage pour deux,bonus,montre de marque,diplôme,crédit,carte cadeau"),
)
