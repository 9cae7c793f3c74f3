"""The countries that a network has only when it is too large for ``places.LANDS``."""

from slugify import slugify

from sample.network.model import Country
from sample.network.places import Land, point

# Code, English name, latitude and longitude of the centre, two streets.
_COUNTRIES = (
    ("ES", "Spain", "40.2 -3.7", "Calle Ñuñez, Plaza de España"),
    ("FR", "France", "46.6 2.4", "Rue de l'Hôtel-Dieu, Allée François Ier"),
    ("PT", "Portugal", "39.6 -8.0", "Rua da Conceição, Praça Camões"),
    ("AT", "Austria", "47.6 14.1", "Karl-Franzens-Straße, Höttinger Au"),
    ("BE", "Belgium", "50.6 4.6", "Chaussée d'Ixelles, Groenplaats"),
    ("CH", "Switzerland", "46.8 8.2", "Rämistrasse, Rue du Rhône"),
    ("SE", "Sweden", "60.1 15.0", "Kåkbrinken, Västra Ågatan"),
    ("FI", "Finland", "62.4 25.7", "Hämeentie, Yliopistonkatu"),
    ("DK", "Denmark", "56.0 9.4", "Nørregade, Ærøgade"),
    ("IS", "Iceland", "64.9 -18.6", "Sæmundargata, Þingholtsstræti"),
    ("EE", "Estonia", "58.7 25.5", "Ülikooli tänav, Lõkke"),
    ("LV", "Latvia", "56.9 24.9", "Raiņa bulvāris, Lāčplēša iela"),
    ("LT", "Lithuania", "55.3 23.9", "Žemaičių gatvė, Ąžuolų alėja"),
    ("SK", "Slovakia", "48.7 19.5", "Štúrova ulica, Námestie Ľ. Štúra"),
    ("HU", "Hungary", "47.2 19.4", "Petőfi Sándor utca, Szűz tér"),
    ("SI", "Slovenia", "46.1 14.8", "Čopova ulica, Trg svobode"),
    ("HR", "Croatia", "45.3 16.0", "Šubićeva ulica, Trg Đure Deželića"),
    ("RS", "Serbia", "44.2 20.8", "Кнез Михаилова, Његошева улица"),
    ("BA", "Bosnia and Herzegovina", "44.2 17.8", "Titova ulica, Мајке Југовића"),
    ("ME", "Montenegro", "42.8 19.2", "Njegoševa, Ulica slobode"),
    ("MK", "North Macedonia", "41.6 21.7", "бул. Гоце Делчев, ул. Ѓорче Петров"),
    ("AL", "Albania", "41.1 20.0", "Rruga e Kavajës, Sheshi Skënderbej"),
    ("BG", "Bulgaria", "42.7 25.3", "бул. Цар Освободител, ул. Шипка"),
    ("RO", "Romania", "45.9 25.0", "Strada Ștefan cel Mare, Piața Unirii"),
    ("MD", "Moldova", "47.2 28.5", "Strada Mihai Eminescu, Bulevardul Ștefan"),
    ("UA", "Ukraine", "49.0 31.4", "вул. Університетська, проспект Свободи"),
    ("BY", "Belarus", "53.5 28.0", "вуліца Янкі Купалы, праспект Незалежнасці"),
    ("GE", "Georgia", "42.2 43.5", "რუსთაველის გამზირი, ჭავჭავაძის ქუჩა"),
    ("AM", "Armenia", "40.3 44.9", "Աբովյան փողոց, Մաշտոցի պողոտա"),
    ("AZ", "Azerbaijan", "40.4 47.8", "Nizami küçəsi, Əhməd Cavad"),
    ("KZ", "Kazakhstan", "48.2 67.3", "Абай даңғылы, Қонаев көшесі"),
    ("CY", "Cyprus", "35.0 33.1", "Οδός Λήδρας, Λεωφόρος Μακαρίου"),
    ("MT", "Malta", "35.9 14.4", "Triq ir-Repubblika, Triq il-Wied"),
    ("LU", "Luxembourg", "49.7 6.1", "Rue de l'Université, Boulevard Royal"),
    ("LI", "Liechtenstein", "47.15 9.55", "Fürst-Franz-Josef-Strasse, Städtle"),
)

_CITIES = {
    "ES": "Málaga, Córdoba, Cádiz, León, Jaén",
    "FR": "Nîmes, Orléans, Besançon, Lille, Angers",
    "PT": "Évora, Coimbra, Covilhã, Setúbal, Bragança",
    "AT": "Graz, Linz, Salzburg, Innsbruck, Klagenfurt",
    "BE": "Liège, Gent, Leuven, Namur, Antwerpen",
    "CH": "Zürich, Genève, Lausanne, Luzern, Fribourg",
    "SE": "Umeå, Göteborg, Växjö, Örebro, Jönköping",
    "FI": "Jyväskylä, Turku, Oulu, Seinäjoki, Hämeenlinna",
    "DK": "Ålborg, Århus, Odense, Sønderborg, Køge",
    "IS": "Reykjavík, Akureyri, Ísafjörður, Selfoss, Húsavík",
    "EE": "Tartu, Tallinn, Pärnu, Võru, Põltsamaa",
    "LV": "Rīga, Liepāja, Jelgava, Valmiera, Rēzekne",
    "LT": "Vilnius, Kaunas, Klaipėda, Šiauliai, Panevėžys",
    "SK": "Košice, Žilina, Nitra, Prešov, Trnava",
    "HU": "Győr, Szeged, Pécs, Debrecen, Kecskemét",
    "SI": "Ljubljana, Maribor, Koper, Škofja, Kranj",
    "HR": "Zagreb, Split, Požega, Šibenik, Osijek",
    "RS": "Beograd, Niš, Kragujevac, Čačak, Užice",
    "BA": "Sarajevo, Tuzla, Mostar, Zenica, Bihać",
    "ME": "Podgorica, Nikšić, Kotor, Cetinje, Budva",
    "MK": "Skopje, Bitola, Štip, Tetovo, Ohrid",
    "AL": "Tirana, Shkodër, Vlorë, Durrës, Elbasan",
    "BG": "Sofia, Plovdiv, Varna, Ruse, Blagoevgrad",
    "RO": "Timișoara, Iași, Brașov, Cluj, Galați",
    "MD": "Chișinău, Bălți, Cahul, Comrat, Orhei",
    "UA": "Lviv, Kharkiv, Odesa, Chernivtsi, Poltava",
    "BY": "Minsk, Hrodna, Brest, Homiel, Vitebsk",
    "GE": "Tbilisi, Kutaisi, Batumi, Telavi, Gori",
    "AM": "Yerevan, Gyumri, Vanadzor, Kapan, Dilijan",
    "AZ": "Bakı, Gəncə, Sumqayıt, Lənkəran, Şəki",
    "KZ": "Almaty, Astana, Qaraganda, Shymkent, Semey",
    "CY": "Nicosia, Limassol, Larnaca, Paphos, Famagusta",
    "MT": "Msida, Valletta, Sliema, Mosta, Marsaskala",
    "LU": "Esch, Belval, Differdange, Dudelange, Ettelbruck",
    "LI": "Vaduz, Schaan, Triesen, Balzers, Eschen",
}


def _land(code: str, name: str, centre: str, streets: str) -> Land:
    return Land(
        Country(code, name, slugify(name)),
        point(*centre.split()),
        tuple(streets.split(", ")),
        tuple(_CITIES[code].split(", ")),
    )


FURTHER_LANDS = tuple(_land(*row) for row in _COUNTRIES)
