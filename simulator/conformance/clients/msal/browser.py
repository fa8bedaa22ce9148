"""A browser without a screen: follows the authority's pages, types in name and password, says yes or no."""

import html
import re
import urllib.parse

import requests

from world import ADA, PASSWORD, URL


class Stopped(Exception):
    """A page from which no form leads on."""


class Browser:
    """One browser with its cookies. `seen` tells which pages it was shown."""

    def __init__(self, user=ADA, password=PASSWORD, decision="accept"):
        self.session = requests.Session()
        self.user, self.password, self.decision = user, password, decision
        self.seen = []

    def follow(self, url):
        """Goes where a sign-in leads; returns what reaches the application."""
        answer = self.session.get(url, allow_redirects=False)
        for _ in range(10):
            if answer.is_redirect:
                target = urllib.parse.urljoin(answer.url, answer.headers["Location"])
                if not target.startswith(URL):
                    return parameters(target)
                answer = self.session.get(target, allow_redirects=False)
                continue
            page = answer.text
            self.seen.append(re.search("<title>(.*?)</title>", page).group(1))
            action, fields = form(page, page_url=answer.url)
            if not action.startswith(URL):
                return fields  # form_post: the page sends itself
            self._fill(page, fields)
            answer = self.session.post(action, data=fields, allow_redirects=False)
        raise Stopped("the pages lead in a circle")

    def enter(self, page_url, user_code):
        """Types the code of a device into its page, and then whatever that asks for; returns the last page."""
        answer = self.session.post(page_url, data={"otc": user_code})
        for _ in range(5):
            page = answer.text
            self.seen.append(re.search("<title>(.*?)</title>", page).group(1))
            if 'name="passwd"' not in page and 'name="decision"' not in page:
                return page
            action, fields = form(page, page_url=answer.url)
            self._fill(page, fields)
            answer = self.session.post(action, data=fields)
        raise Stopped("the pages lead in a circle")

    def _fill(self, page, fields):
        if 'name="passwd"' in page:
            fields |= {"login": self.user, "passwd": self.password}
        if 'name="decision"' in page:
            fields["decision"] = self.decision
        if self.seen.count(self.seen[-1]) > 2 or 'class="error"' in page:
            raise Stopped(re.sub("<.*?>", " ", page))


def form(page, page_url):
    """Where a page's first form goes, and what it hides."""
    action = re.search('<form[^>]* action="([^"]*)"', page)
    if not action:
        raise Stopped(re.sub("<.*?>", " ", page))
    hidden = re.findall('<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    fields = {html.unescape(name): html.unescape(value) for name, value in hidden}
    return urllib.parse.urljoin(page_url, html.unescape(action.group(1))), fields


def parameters(url):
    """What an address tells an application, in its query or its fragment."""
    parts = urllib.parse.urlparse(url)
    return dict(urllib.parse.parse_qsl(parts.query or parts.fragment))
