-- What a killed run had linked, but not yet listed: whoever reads the listing shall look for it.
INSERT INTO section_listings (section_id, event_slug, url)
SELECT l.section_id, a.event_slug, a.url
FROM activity_section_organisers AS l JOIN activities AS a ON a.id = l.activity_id
WHERE l.is_listed
ON CONFLICT DO NOTHING;
