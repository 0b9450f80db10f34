"""clean → entities: find the people, places and organisations in the article."""

VERSION = "3"
