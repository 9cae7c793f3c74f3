"""The sample network: both sites on loopback, with invented data of which the truth is known.

It is what the demonstration and the end-to-end tests crawl. ``network`` invents the data, ``truth``
says which rows the database must hold after a crawl, ``sites`` makes web sites of it, ``process``
runs those in a process of their own, and ``demo`` shows it all.
"""
