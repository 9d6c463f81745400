"""English phrases."""

from job_search_assets.sample.draws import listed
from job_search_assets.sample.phrases import Phrases

ENGLISH = Phrases(
    work=(
        "{job} at {firm} since {since}.",
        "I have worked as a {job} for {years} years, mostly around {city}.",
        "{job} by day. I like {skill} and clean desks.",
        "Currently with {firm} in {city}, doing {skill}.",
        "Trained as a {job}, now more into {skill}.",
        "{years} years in {skill}, the last few with a small team in {city}.",
        "Freelance {job}, samples at {link}",
        "I teach {skill} two evenings a week; prices on request.",
        "part time {job}, full time parent",
        "Second year student, {skill} and a bit of {skill}",
        "I run a small online shop for {hobby} gear: {link}",
        "did my degree in {city}, then {firm}, then {firm} again",
        "Certified in {skill}. Ask me about discounts for students!",
        "Team lead, {skill}, {firm}. Opinions are mine.",
    ),
    life=(
        "Born in {city}, living in {city} now.",
        "In my free time: {hobby} and {hobby}.",
        "I love {hobby}, good coffee and long trains.",
        "two kids, one dog, no time for {hobby} any more",
        "Moved to {city} {years} years ago and stayed.",
        "weekends are for {hobby}",
        "Learning {skill} at night school, slowly.",
        "Ask me about {hobby}!",
        "ran the {city} half marathon in {since}, never again",
        "Mostly {hobby}, sometimes {hobby}, always hungry",
        "We won £{sum} at the pub quiz in {city} once, still living off it",
    ),
    aside=(
        "hello :)",
        "Will fill this in later.",
        "just testing the app",
        "not sure what to write here tbh",
        "call me after six please, 0{phone}",
        "Hi all",
        "ok thx",
        "my sister told me to sign up lol",
        "see {link} for more",
        "Free on Tuesdays.",
        "Please don't phone, mail is better.",
        "lost my old account so here I am again",
    ),
    skill=listed(
        "bookkeeping,Python,SQL,welding,payroll,logistics,project management,cooking,nursing,"
        "marketing,web design,statistics,sales,machine learning,CAD,teaching,photography,translation,"
        "customer care,data engineering,quality control,Excel,warehouse work,public speaking,Java,"
        "accounting,cloud operations,copywriting,carpentry,network security"
    ),
    hobby=listed(
        "climbing,football,chess,gardening,baking,cycling,fishing,choir,board games,running,"
        "knitting,hiking,swimming,guitar,reading,astronomy,birdwatching,table tennis,dancing,"
        "old cars,painting,sailing,crosswords,theatre"
    ),
    hook=(
        "Congratulations {given}!",
        "URGENT: your {prize} is waiting.",
        "Hi dear, how are you today?",
        "Work from home and earn £{sum} a week!",
        "Limited offer for new members in {city}",
        "Your account was selected.",
        "Lonely tonight?",
        "Best prices on followers and likes",
        "Are you a {job}? We pay more.",
        "We hire! {years} open positions, no experience with {skill} needed.",
        "FREE {prize} for the first {sum} people",
        "Dear customer, we could not deliver your parcel.",
        "I made £{sum} last month from my sofa.",
    ),
    offer=(
        "Get your {prize} today, only £{sum}.",
        "You have won a {prize}, worth £{sum}.",
        "Cheap {prize}, shipped to {city} in two days.",
        "No fees, no questions, {sum} in your pocket by Friday.",
        "Our method pays {sum} a day, guaranteed.",
        "Verify your payment details to keep using the service.",
        "Loans up to {sum} without a credit check.",
        "The same course I took at {firm}, now half price.",
        "Thousands of singles near {city} are online.",
        "Crypto signals with {years} years of profit.",
        "I teach you {skill} in a week, the first lesson is free.",
    ),
    call=(
        "Click {link}",
        "Visit {link} now",
        "Go to {link} before midnight!",
        "Call 0{phone} to claim.",
        "Text WIN to {phone}",
        "Write me: {link}",
        "More: {link}",
        "Reply STOP to opt out.",
        "see my profile {link}",
        "limited places!",
    ),
    prize=listed("gift card,phone,iPad,holiday for two,voucher,bonus,designer watch,loan,diploma,visa,VIP pass"),
)
