-- The totals of a section's own statistics by the day they were read, so that growth can be drawn:
-- section_overall_statistics keeps the latest only.

CREATE TABLE section_snapshots (
    section_id                   INTEGER NOT NULL REFERENCES sections (id) ON DELETE CASCADE,
    day                          DATE NOT NULL,  -- UTC; what is read twice a day counts once
    physical_activities          INTEGER,
    online_activities            INTEGER,
    total_local_students         INTEGER,
    total_international_students INTEGER,
    total_coordinators           INTEGER,
    PRIMARY KEY (section_id, day)
);

INSERT INTO section_snapshots
SELECT section_id, (scraped_at AT TIME ZONE 'UTC')::date, physical_activities, online_activities,
    total_local_students, total_international_students, total_coordinators
FROM section_overall_statistics WHERE section_id IS NOT NULL;
