"""The archive's format: migrations, oldest first. Add at the end; never edit one that has shipped."""

from __future__ import annotations

APPLICATION_ID = 0x42724172  # "BrAr"

MIGRATIONS = (
    """
    CREATE TABLE collections (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL COLLATE NOCASE UNIQUE,
        created_at TEXT NOT NULL,
        settled INTEGER NOT NULL DEFAULT 0     -- 1 once its first import has ended: only what comes later is news
    );

    -- An article's number is for good: AUTOINCREMENT never gives it out again.
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection_id INTEGER NOT NULL REFERENCES collections(id),
        revision TEXT NOT NULL,                -- the current one
        archived_at TEXT NOT NULL,             -- UTC
        removed_at TEXT,                       -- UTC; a removed article can be restored
        arrival INTEGER NOT NULL UNIQUE,       -- ever increasing: what a digest's window counts
        news INTEGER NOT NULL,                 -- 0: backfill or first import, never in a digest
        duplicate_of INTEGER REFERENCES articles(id),
        excerpt_of INTEGER REFERENCES articles(id),
        -- What scopes compare, kept beside the revision's own record:
        title TEXT,
        outlet TEXT,
        outlet_key TEXT,                       -- case folded: what --source compares
        first_day TEXT,                        -- the days that `published`, else the posting date, can mean
        last_day TEXT,
        -- What identity looks up:
        external_id TEXT,
        location TEXT,
        message_id TEXT,
        body_hash TEXT NOT NULL,               -- of the words alone: two forms of one posting agree
        sender_key TEXT,                       -- subject, sender and date of posting, normalised
        url TEXT
    );
    CREATE INDEX articles_by_external_id ON articles(collection_id, external_id) WHERE external_id IS NOT NULL;
    CREATE INDEX articles_by_location ON articles(collection_id, location) WHERE location IS NOT NULL;
    CREATE INDEX articles_by_message_id ON articles(collection_id, message_id) WHERE message_id IS NOT NULL;
    CREATE INDEX articles_by_body ON articles(collection_id, body_hash);
    CREATE INDEX articles_by_sender ON articles(collection_id, sender_key) WHERE sender_key IS NOT NULL;
    CREATE INDEX articles_by_url ON articles(collection_id, url) WHERE url IS NOT NULL;
    CREATE INDEX articles_by_day ON articles(last_day);
    CREATE INDEX articles_by_main ON articles(duplicate_of) WHERE duplicate_of IS NOT NULL;

    -- The words, exactly, at every revision: an old quote still finds its own.
    CREATE TABLE revisions (
        article_id INTEGER NOT NULL REFERENCES articles(id),
        revision TEXT NOT NULL,
        record TEXT NOT NULL,                  -- JSON: what corpus.article.draft_as_data gives
        original BLOB NOT NULL,                -- the item's bytes as read, zlib
        archived_at TEXT NOT NULL,
        PRIMARY KEY (article_id, revision)
    );

    -- Sampled word shingles (FracMinHash): articles that share some are worth comparing word by word.
    CREATE TABLE sketches (
        shingle INTEGER NOT NULL,
        article_id INTEGER NOT NULL REFERENCES articles(id),
        PRIMARY KEY (shingle, article_id)
    ) WITHOUT ROWID;
    CREATE INDEX sketches_by_article ON sketches(article_id);

    -- A passage's number is for good too, so an old vector can never point at new words.
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id INTEGER NOT NULL REFERENCES articles(id),
        revision TEXT NOT NULL,
        kind TEXT NOT NULL,
        start INTEGER NOT NULL,                -- code points of the article's text
        stop INTEGER NOT NULL
    );
    CREATE INDEX passages_by_article ON passages(article_id);

    CREATE VIRTUAL TABLE passage_words USING fts5(
        title, body, tokenize = "porter unicode61 remove_diacritics 2"
    );
    CREATE VIRTUAL TABLE passage_terms USING fts5vocab(passage_words, row);

    -- Opaque here: little-endian float16, one row a passage and model.
    CREATE TABLE vectors (
        passage_id INTEGER NOT NULL REFERENCES passages(id) ON DELETE CASCADE,
        model TEXT NOT NULL,
        input_hash BLOB NOT NULL,              -- of the text that was encoded: the same text is encoded once
        vector BLOB NOT NULL,
        PRIMARY KEY (passage_id, model)
    );
    CREATE INDEX vectors_by_input ON vectors(model, input_hash);

    -- What an index has to follow, in order.
    CREATE TABLE journal (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        event TEXT NOT NULL CHECK (event IN ('embedded', 'removed')),
        passage_id INTEGER NOT NULL,
        model TEXT                             -- for 'embedded'
    );
    """,
    """
    -- Tells one archive from another, so that an index beside it is never taken for the index of a different one.
    CREATE TABLE identity (name TEXT NOT NULL);
    INSERT INTO identity (name) VALUES (lower(hex(randomblob(16))));
    """,
    """
    -- Where new items come from. A number is for good, so that an id in somebody's notes never means another source.
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        address TEXT NOT NULL,                 -- a URL, which may hold a password and is never shown; or a path
        kind TEXT NOT NULL,
        collection TEXT NOT NULL COLLATE NOCASE,
        every_seconds INTEGER NOT NULL,
        added_at TEXT NOT NULL,                -- this and all other moments: UTC, of one length
        fetch_pages INTEGER NOT NULL DEFAULT 0,
        cursor TEXT NOT NULL DEFAULT '',       -- how far it was read, in the words of its kind's reader
        etag TEXT,
        last_modified TEXT,
        next_poll TEXT,                        -- NULL: never by itself
        last_poll TEXT,
        last_result TEXT,
        failures INTEGER NOT NULL DEFAULT 0,   -- in a row
        state TEXT NOT NULL DEFAULT 'ok',
        UNIQUE (address, collection)
    );
    CREATE INDEX sources_by_next_poll ON sources(next_poll) WHERE next_poll IS NOT NULL;

    -- What was read of each part of a source: a month of a list, a file of a folder, an item of a feed.
    CREATE TABLE source_marks (
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        part TEXT NOT NULL,
        mark TEXT NOT NULL,
        PRIMARY KEY (source_id, part)
    ) WITHOUT ROWID;
    """,
    """
    -- Candidates are found by winnowed fingerprints in place of sampled shingles. An import computes the missing ones.
    DROP TABLE sketches;
    ALTER TABLE articles ADD COLUMN moment TEXT;  -- UTC; of posting, else of publication: the earliest is the main one
    ALTER TABLE articles ADD COLUMN sketch BLOB;  -- all its fingerprints, 32 bits each; NULL: not computed yet
    CREATE INDEX articles_without_sketch ON articles(id) WHERE sketch IS NULL;
    CREATE INDEX articles_by_whole ON articles(excerpt_of) WHERE excerpt_of IS NOT NULL;

    -- One id or one text on ten thousand mails still is one step.
    DROP INDEX articles_by_message_id;
    CREATE INDEX articles_by_message_id ON articles(collection_id, message_id, body_hash) WHERE message_id IS NOT NULL;
    DROP INDEX articles_by_sender;
    CREATE INDEX articles_by_sender ON articles(collection_id, sender_key, body_hash) WHERE sender_key IS NOT NULL;
    DROP INDEX articles_by_body;
    CREATE INDEX articles_by_body ON articles(collection_id, body_hash, duplicate_of);

    -- The fingerprints of main postings that are there, each held by a limited number of articles.
    CREATE TABLE fingerprints (
        collection_id INTEGER NOT NULL,
        fingerprint INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        PRIMARY KEY (collection_id, fingerprint, article_id)
    ) WITHOUT ROWID;
    """,
    """
    -- A question can ask for what one author wrote.
    ALTER TABLE articles ADD COLUMN author TEXT;
    UPDATE articles SET author = (
        SELECT json_extract(r.record, '$.author') FROM revisions r
        WHERE r.article_id = articles.id AND r.revision = articles.revision
    );
    """,
    """
    -- What the words of passage_words do not find: scripts that part or inflect words as no English stemmer knows, C++
    -- and C#. With two spaces at the end, so that the last one and two characters begin a trigram too. Only passages
    -- that have any of it, as corpus.full_text tells; the bytes are counted first since a GLOB takes 50 times as long.
    CREATE VIRTUAL TABLE passage_trigrams USING fts5(title, body, tokenize = "trigram");
    CREATE VIRTUAL TABLE passage_trigram_places USING fts5vocab(passage_trigrams, instance);
    INSERT INTO passage_trigrams (rowid, title, body)
        SELECT rowid, title || '  ', body || '  ' FROM passage_words
        WHERE length(CAST(title || body AS BLOB)) > length(title || body)
                AND title || ' ' || body GLOB '*[\u0370-\u1cff\u1f00-\u1fff\u3040-\ud7ff\uf900-\ufaff'
                    || '\ufb13-\ufdff\ufe70-\ufefc\uff10-\uffdc\U00020000-\U0003ffff]*'
            OR instr(title || ' ' || body, '++') AND title || ' ' || body GLOB '*[A-Za-z]++*'
            OR instr(title || ' ' || body, '#') AND title || ' ' || body GLOB '*[A-Z]#*';

    -- Fewer segments to look into: a question costs a quarter less, a passage 13 microseconds more (10^5 passages).
    INSERT INTO passage_words (passage_words, rank) VALUES ('automerge', 2);
    """,
    """
    -- Asked in every round of the digests: what was removed lately?
    CREATE INDEX articles_removed ON articles(removed_at) WHERE removed_at IS NOT NULL;
    """,
)
