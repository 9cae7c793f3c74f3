"""What the commands are made of; inside ``commands`` Scrapy would take it for one of them."""
