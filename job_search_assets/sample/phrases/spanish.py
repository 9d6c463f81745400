"""Spanish phrases."""

from job_search_assets.sample.draws import listed
from job_search_assets.sample.phrases import Phrases

SPANISH = Phrases(
    work=(
        "{job} en {firm} desde {since}.",
        "Llevo {years} años como {job}, casi siempre en {city}.",
        "Estudié para {job}, ahora más {skill}.",
        "Me gusta {skill} y trabajar en equipo.",
        "Autónomo, muestras en {link}",
        "Estudiante en {city}, segundo año",
        "Mi tienda de {hobby}: {link}",
        "Doy clases de {skill} por las tardes, precio a convenir",
    ),
    life=(
        "Nací en {city} y vivo en {city}.",
        "Aficiones: {hobby} y {hobby}.",
        "los fines de semana, {hobby}",
        "dos hijos, un perro y nada de tiempo para {hobby}",
        "Hace {years} años que vivo en {city}.",
        "una vez gané {sum} € en una rifa jaja",
    ),
    aside=(
        "Hola a todos",
        "lo relleno luego",
        "solo estoy probando",
        "mi hermana me dijo que me apuntara jeje",
        "Mejor por correo, gracias.",
        "más en {link}",
        "perdí la cuenta de antes",
    ),
    skill=listed(
        "contabilidad,Python,SQL,soldadura,logística,cocina,ventas,estadística,traducción,"
        "fotografía,enseñanza,nóminas,marketing,carpintería,Excel"
    ),
    hobby=listed(
        "escalada,fútbol,ajedrez,jardinería,ciclismo,pesca,coro,juegos de mesa,correr,senderismo,"
        "natación,guitarra,lectura,baile"
    ),
    hook=(
        "¡Enhorabuena {given}!",
        "URGENTE: tu {prize} te espera.",
        "¡Gana {sum} € a la semana desde casa!",
        "No pudimos entregar tu paquete.",
        "¿Solo esta noche?",
        "Contratamos ya, sin experiencia en {skill}",
        "Oferta solo para {city}",
    ),
    offer=(
        "Consigue tu {prize} por solo {sum} €.",
        "Préstamos hasta {sum} € sin aval.",
        "{sum} € al día garantizados.",
        "Confirma tus datos de pago o se cerrará la cuenta.",
        "Miles de solteros cerca de {city}.",
        "Aprende {skill} en una semana, primera clase gratis.",
    ),
    call=(
        "Haz clic {link}",
        "Visita {link}",
        "Llama al {phone}",
        "Escríbeme {link}",
        "¡Plazas limitadas!",
        "Info: {link}",
    ),
    prize=listed("vale de regalo,móvil,viaje para dos,bono,reloj de marca,diploma,préstamo,tarjeta regalo"),
)
