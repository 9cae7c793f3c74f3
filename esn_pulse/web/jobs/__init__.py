"""Jobs for the spiders: what people and programs ask for, and what becomes of it."""
