"""Turkish phrases."""

from job_search_assets.sample.draws import listed
from job_search_assets.sample.phrases import Phrases

TURKISH = Phrases(
    work=(
        "{since} yılından beri {firm} şirketinde {job}.",
        "{years} yıldır {city} çevresinde {job} olarak çalışıyorum.",
        "Mesleğim {job}, şimdi daha çok {skill}.",
        "{skill} ve {skill} severim.",
        "Serbest çalışıyorum, örnekler: {link}",
        "{city} üniversitesi, ikinci sınıf",
        "Küçük dükkanım: {link} ({hobby} malzemeleri)",
        "Akşamları {skill} dersi veriyorum, ücret için yazın",
    ),
    life=(
        "{city} doğumluyum, {city} yaşıyorum.",
        "Hobilerim: {hobby}, {hobby}",
        "hafta sonu {hobby}",
        "iki çocuk, bir köpek, {hobby} için vakit yok",
        "{years} yıl önce {city} şehrine taşındım.",
        "bir kere çekilişte {sum} TL kazandım :)",
    ),
    aside=(
        "Merhaba",
        "sonra dolduracağım",
        "sadece deniyorum",
        "ablam kaydol dedi",
        "Lütfen e-posta ile yazın.",
        "devamı {link}",
        "eski hesabımı kaybettim",
    ),
    skill=listed(
        "muhasebe,Python,SQL,kaynak,lojistik,aşçılık,satış,istatistik,çeviri,fotoğraf,öğretmenlik,"
        "pazarlama,marangozluk,Excel"
    ),
    hobby=listed("tırmanış,futbol,satranç,bahçe,bisiklet,balık tutma,koro,koşu,örgü,yürüyüş,yüzme,gitar,kitap,dans"),
    hook=(
        "Tebrikler {given}!",
        "ACİL: {prize} sizi bekliyor.",
        "Evden haftada {sum} TL kazan!",
        "Kargonuz teslim edilemedi.",
        "Bu gece yalnız mısın?",
        "Eleman aranıyor, {skill} şart değil!",
        "Sadece {city} için fırsat",
    ),
    offer=(
        "{prize} sadece {sum} TL.",
        "{sum} TL'ye kadar kefilsiz kredi.",
        "Günde {sum} TL garanti.",
        "Ödeme bilgilerinizi doğrulayın, yoksa hesap kapanır.",
        "{city} yakınında binlerce kişi çevrimiçi.",
        "Bir haftada {skill} öğren, ilk ders ücretsiz.",
    ),
    call=("Tıkla {link}", "{link} adresine gel", "Ara: 0{phone}", "Bana yaz {link}", "Son yerler!", "Bilgi: {link}"),
    prize=listed("hediye çeki,telefon,tatil,bonus,saat,diploma,kredi,kupon"),
)
