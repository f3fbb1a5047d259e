"""PostgreSQL: sessions are ended and statements cancelled, each checked again in that same statement."""
