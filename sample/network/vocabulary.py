"""The words that the sample network is written with."""

CAUSES = (
    "Culture",
    "Education & Youth",
    "Environmental Sustainability",
    "Health & Well-Being",
    "Skills & Employability",
    "Social Inclusion",
)

TYPES = (
    "Game or Social Activity",
    "Cultural Activity",
    "Sport Activity",
    "Trip",
    "Training / Workshop",
    "Volunteering & Charity",
    "Buddy Programme",
)

OBJECTIVES = (
    "Mental Health & Well-Being",
    "Intercultural Dialogue",
    "Active Citizenship",
    "Inclusive Mobility",
    "Zero Waste",
    "Local Traditions",
    "Digital Skills",
    "Healthy Lifestyle",
)

SDG_NAMES = (
    "No poverty",
    "Zero hunger",
    "Good health and well-being",
    "Quality education",
    "Gender equality",
    "Clean water and sanitation",
    "Affordable and clean energy",
    "Decent work and economic growth",
    "Industry, innovation and infrastructure",
    "Reduced inequalities",
    "Sustainable cities and communities",
    "Responsible consumption and production",
    "Climate action",
    "Life below water",
    "Life on land",
    "Peace, justice and strong institutions",
    "Partnerships for the goals",
)

PARTICIPANT_TYPES = {"Local students": 25, "International students": 70, "Coordinators": 5}
"""The types of participants, and how many in a hundred are of each."""

SMALL_WORDS = {
    "a",
    "an",
    "as",
    "at",
    "before",
    "but",
    "by",
    "for",
    "from",
    "in",
    "into",
    "is",
    "like",
    "of",
    "off",
    "on",
    "onto",
    "per",
    "since",
    "than",
    "that",
    "the",
    "this",
    "to",
    "up",
    "via",
    "with",
}
"""The words that the sites leave out of path aliases."""

FOREIGN_PLACES = {"MA": ("Morocco", "Chefchaouen"), "AD": ("Andorra", "Andorra la Vella")}
"""Countries without sections, by code: English name, a city."""

PLATFORMS = ("Facebook / Zoom", "Discord", "Google Meet", "Instagram Live", "Microsoft Teams")

PARTNERS = (
    "Amigos do Rio & Filhos",
    "Förderverein Grüne Brücke\xa0e.V.",
    "Fundacja Łódka",
    "Kızılay Gençlik",
    "Χαμόγελο",
    "The Repair Café",
)
"""Organisers that have no page on the site."""

TITLES = (
    "Boat Party",
    "City Tour of {city}",
    "Welcome to {city}!",
    "International Dinner 🍝",
    "Girls' Football & Pizza",
    "Language Café",
    "Trip to the Mountains",
    "Quiz Night: Who Is the Polyglot?",
    "Beach Clean-Up",
    "Erasmus in Schools",
    "Blood Donation at the Campus",
    "Movie Night 🎬",
    "Speed Meeting with Locals",
    "CV Workshop",
    "Tandem in the Park",
    "{city} Pub Quiz",
    "Planting Trees 🌱 for {city}",
    "Farewell\xa0Party",
)

SENTENCES = (
    "Meet us in front of the main building & bring a friend.",
    "We walked through {city} with a local guide and tasted what people eat there.",
    "Students from 14 countries took part, most of them for the first time.",
    "Bring your ESNcard\xa0– it is worth it! 🎉",
    "Everybody is welcome, whatever language they speak.",
    "Thanks to our partners, the price stays at 5\xa0€.",
    "Çok teşekkürler, dziękujemy, ευχαριστούμε, děkujeme, takk!",
    "The proceeds go to the children's hospital in {city}.",
)

GOALS = (
    "Bring local and international students together",
    "Show the traditions of {city}",
    "Encourage volunteering",
    "Make newcomers feel at home",
    "Learn something new & have fun",
)
