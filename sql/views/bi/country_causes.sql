-- Group 4.1: What activities are about
CREATE VIEW bi.country_causes AS -- One row a country and cause, also causes without an activity there: which causes a country serves more or less than the network, with its sections and its national organisation. Periods end on the day of the last run.
SELECT
    f.country_code, -- The country, see countries.
    c.name AS country, -- Name of the country.
    f.cause, -- Name of the cause.
    f.activities, -- All activities of the country with that cause.
    f.activities_365_days, -- Those of the 365 days up to the last run.
    round(f.share, 4) AS share, -- How much of the country's activities of the 365 days up to the last run had that cause, 0 to 1. An activity may have several, so shares don't add up to 1.
    round(n.share, 4) AS network_share, -- The same of the whole network.
    round(f.share - n.share, 4) AS difference -- share less network_share: below 0 the cause is under-served.
FROM bi_cache.cause_figures AS f
JOIN public.countries AS c ON c.country_code = f.country_code
JOIN bi_cache.cause_figures AS n ON n.country_code = '' AND n.cause = f.cause;
