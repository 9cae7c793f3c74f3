"""Countries of the sample network, and what their addresses look like.

These are in every network; ``further_places`` has the others, for a network of real size.
"""

from dataclasses import dataclass
from decimal import Decimal

from sample.network.model import Contact, Country, Point


@dataclass(frozen=True)
class Land:
    """Where a country's sections are put. ``cities`` is what further sections are named after."""

    country: Country
    centre: Point
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    locality_first: bool = False


def point(latitude: str, longitude: str) -> Point:
    """Return a place on the map."""
    return Point(Decimal(latitude), Decimal(longitude))


LANDS = (
    Land(
        Country(
            "TR",
            "Türkiye",
            "turkiye",
            Contact(
                "national.board@esn-tr.example",
                "https://esn-tr.example",
                (
                    ("Facebook", "https://www.facebook.com/esn.tr.example"),
                    ("X", "https://x.com/esn_tr_example"),
                ),
            ),
        ),
        point("39.1", "33.4"),
        ("Üniversiteler Mahallesi, Çiçek Sokağı", "İnönü Bulvarı", "Şehit Ömer Caddesi"),
        ("Eskişehir", "İzmir", "Muğla", "Çanakkale", "Şanlıurfa", "Bursa"),
    ),
    Land(
        Country("PL", "Poland", "poland", Contact("board@esn-pl.example", email_is_link=False)),
        point("52.1", "19.4"),
        ("ul. Świętej Anny", "ul. Żeromskiego", "aleja Łączności"),
        ("Łódź", "Wrocław", "Poznań", "Rzeszów", "Kraków", "Białystok"),
    ),
    Land(
        Country(
            "NL",
            "the Netherlands",
            "the-netherlands",
            Contact(website="https://esn-nl.example/en", website_has_title=False),
        ),
        point("52.2", "5.4"),
        ("Oude Gracht", "Prins Hendrikkade", "’s-Gravendijkwal"),
        ("Groningen", "Nijmegen", "Tilburg", "Wageningen", "Zwolle", "Eindhoven"),
    ),
    Land(
        Country("GB", "UK", "uk", stated_sections=9),
        point("52.6", "-1.6"),
        ("St Mary's Road", "Queen Street", "The Old Mill"),
        ("Leeds", "Norwich", "Cardiff", "Dundee", "Exeter", "Swansea"),
        locality_first=True,
    ),
    Land(
        Country("NO", "Norway", "norway", Contact("styret@esn-no.example")),
        point("61.2", "9.1"),
        ("Sørnesvegen", "Bjørnstjerne Bjørnsons gate", "Ålesundveien"),
        ("Bodø", "Ålesund", "Bergen", "Stavanger", "Gjøvik", "Hønefoss"),
    ),
    Land(
        Country("DE", "Germany", "germany"),
        point("51.0", "10.2"),
        ("Universitätsstraße", "Am Schloßplatz", "Goethestr."),
        ("Münster", "Köln", "Würzburg", "Osnabrück", "Fürth", "Jena"),
    ),
    Land(
        Country(
            "GR",
            "Greece",
            "greece",
            Contact(social_media=(("Instagram", "https://www.instagram.com/esn.gr.example"),)),
        ),
        point("39.2", "22.4"),
        ("Ιάσονος", "Λεωφόρος Συγγρού", "Αγίου Γεωργίου"),
        ("Patras", "Volos", "Ioannina", "Chania", "Komotini", "Corfu"),
    ),
    Land(
        Country("CZ", "Czech Republic", "czech-republic", Contact("info@esn-cz.example")),
        point("49.8", "15.4"),
        ("Dělnická", "Žižkova", "nám. Míru"),
        ("Plzeň", "Hradec Králové", "České Budějovice", "Zlín", "Liberec", "Jihlava"),
    ),
    Land(
        Country("IE", "Ireland", "ireland", Contact(website="https://esn-ie.example/")),
        point("53.2", "-7.8"),
        ("O'Connell Street", "Dún Laoghaire Road", "Bóthar na Trá"),
        ("Limerick", "Sligo", "Waterford", "Dundalk", "Athlone", "Carlow"),
        locality_first=True,
    ),
    Land(
        Country("IT", "Italy", "italy", stated_sections=0),
        point("43.1", "12.2"),
        ("Via dell'Università", "Piazza Libertà", "Corso Forlì"),
        ("Forlì", "Perugia", "Trento", "Pavia", "Lecce", "Urbino"),
    ),
)
