"""What there is: countries, sections, activities, and what a week changes."""
