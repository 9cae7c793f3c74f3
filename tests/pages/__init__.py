"""Answers of the two sites, as the tests of the page modules write them."""

from scrapy.http import HtmlResponse, TextResponse

ACCOUNTS = "https://accounts.esn.org"
ACTIVITIES = "https://activities.esn.org"

# What stands above and below everything that either site shows.
HEADER = """
  <header>
    <nav class="navbar"><a class="logo" href="/"><img src="/themes/esn/logo.svg" alt="Logo"></a>
      <ul class="menu"><li><a href="/sections">Sections</a></li><li><a href="/user">Log in</a></li>
      </ul></nav>
    <nav class="breadcrumb"><span>8</span> <a href="/">Home</a></nav>
  </header>"""
FOOTER = """
  <footer><nav><a href="/about">About</a> <a href="https://esn.org" title="ESN">ESN</a></nav>
    <p>Founded <time>16/10/1989</time>, Brussels, Belgium</p></footer>"""


def answer(url: str, body: str) -> TextResponse:
    """Make an answer of exactly this text."""
    return HtmlResponse(url, body=body.encode(), encoding="utf-8")


def drupal_page(url: str, main: str) -> TextResponse:
    """Make a page of either site around its main part."""
    return answer(
        url,
        f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>ESN</title></head>
<body>{HEADER}<main role="main">{main}</main>{FOOTER}</body></html>""",
    )
