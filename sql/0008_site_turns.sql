-- Whose turn it is to ask a site: all runs of a database together keep the delay between requests.

-- A crash of the server empties it, which does no harm: the next request comes at once.
CREATE UNLOGGED TABLE site_turns (
    site    VARCHAR(255) PRIMARY KEY,  -- its host
    next_at TIMESTAMPTZ NOT NULL       -- nobody has asked for a turn from then on
);
