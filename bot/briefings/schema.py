"""The ledger's format: migrations, oldest first. Add at the end; never edit one that has shipped."""

from __future__ import annotations

APPLICATION_ID = 0x4272_4C65  # "BrLe"

MIGRATIONS = (
    """
    CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- shown as D3; never given out again
        guild INTEGER,                         -- NULL: a personal digest
        channel INTEGER NOT NULL,
        creator INTEGER NOT NULL,
        topic TEXT NOT NULL,
        must TEXT NOT NULL,                    -- JSON list of words
        not_words TEXT NOT NULL,               -- JSON list of words
        days TEXT NOT NULL,                    -- daily, weekdays, weekly, monthly
        at TEXT NOT NULL,                      -- local time, HH:MM
        zone TEXT NOT NULL,                    -- IANA
        max_items INTEGER NOT NULL,
        collections TEXT,                      -- JSON list of names; NULL: all
        post_when_empty INTEGER NOT NULL,
        cursor INTEGER NOT NULL,               -- arrival number: what is not after it was posted or judged
        settled_upto TEXT NOT NULL,            -- UTC; slots up to here have been dealt with
        waiting_since TEXT NOT NULL,           -- UTC; articles that came later have been in no run
        state TEXT NOT NULL,
        reason TEXT,
        state_since TEXT,                      -- UTC
        channel_missed_at TEXT,                -- UTC; when the channel was first said not to exist
        created_at TEXT NOT NULL
    );
    CREATE INDEX subscriptions_by_guild ON subscriptions(guild);

    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subscription_id INTEGER NOT NULL REFERENCES subscriptions(id),
        local_date TEXT NOT NULL,              -- the day in the subscription's zone
        kind TEXT NOT NULL,                    -- 'scheduled', or 'manual' with its number
        due_at TEXT NOT NULL,                  -- UTC; the moment it fell due, not when it was sent
        planned_at TEXT NOT NULL,              -- UTC
        window_after INTEGER NOT NULL,         -- arrival numbers: (after, upto]
        window_upto INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        considered INTEGER NOT NULL,
        items INTEGER NOT NULL,
        account TEXT NOT NULL,                 -- JSON: what became of each article; emptied when the run is old
        retry_at TEXT,                         -- UTC; a blocked one is left alone until then
        finished_at TEXT,                      -- UTC
        UNIQUE (subscription_id, local_date, kind)    -- what makes a second digest impossible
    );
    CREATE INDEX deliveries_by_state ON deliveries(state);

    -- The finished pages, written down before the first of them is sent.
    CREATE TABLE parts (
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id) ON DELETE CASCADE,
        part INTEGER NOT NULL,                 -- from 1
        page TEXT NOT NULL,                    -- JSON: what bot.rendering.page_data gives
        nonce TEXT NOT NULL UNIQUE,
        sending_since TEXT,                    -- UTC; NULL while it is certain that it was not sent
        message_id INTEGER,
        PRIMARY KEY (delivery_id, part)
    ) WITHOUT ROWID;

    -- What a subscription has shown, or (posted_at NULL) will have shown when its delivery is complete.
    CREATE TABLE stories (
        subscription_id INTEGER NOT NULL REFERENCES subscriptions(id),
        article INTEGER NOT NULL,
        story INTEGER NOT NULL,                -- the article by which it was first told
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id) ON DELETE CASCADE,
        report BLOB NOT NULL,                  -- what retrieval.stories.reports.pack gives
        posted_at TEXT,                        -- UTC
        PRIMARY KEY (subscription_id, article, delivery_id)
    );
    CREATE INDEX stories_by_delivery ON stories(delivery_id);

    CREATE TABLE guild_settings (
        guild INTEGER NOT NULL,
        name TEXT NOT NULL,                    -- 'zone', 'log_channel', ...
        value TEXT NOT NULL,
        PRIMARY KEY (guild, name)
    ) WITHOUT ROWID;
    """,
    """
    -- What a server's managers decided for a collection; no row: everybody there sees it.
    CREATE TABLE collection_rules (
        guild INTEGER NOT NULL,
        collection TEXT NOT NULL,
        visible INTEGER NOT NULL,
        channels TEXT,                         -- JSON list of ids; NULL: every channel
        roles TEXT,                            -- JSON list of ids; NULL: everybody
        full_text TEXT NOT NULL,               -- excerpt, only_me, public
        PRIMARY KEY (guild, collection)
    ) WITHOUT ROWID;

    -- The operator's word: a collection with rows here is for these servers alone; 0 stands for none.
    CREATE TABLE collection_servers (
        collection TEXT NOT NULL,
        guild INTEGER NOT NULL,
        PRIMARY KEY (collection, guild)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE subscriptions ADD COLUMN ping INTEGER;      -- the role that a digest pings
    ALTER TABLE subscriptions ADD COLUMN outlets TEXT;      -- JSON list of names; NULL: all
    ALTER TABLE subscriptions ADD COLUMN in_thread INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE subscriptions ADD COLUMN publish INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE deliveries ADD COLUMN threshold REAL;       -- the least score of an item at that time
    ALTER TABLE parts ADD COLUMN title TEXT;                -- of the thread or forum post that this part opens
    ALTER TABLE parts ADD COLUMN under INTEGER;             -- it stands in the thread under this part
    ALTER TABLE parts ADD COLUMN spare INTEGER NOT NULL DEFAULT 0;  -- where its thread fails, the run goes without it

    -- What a preview shows and a form was sent in with, kept for a week.
    CREATE TABLE drafts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        guild INTEGER,                         -- NULL: a direct message
        channel INTEGER NOT NULL,
        plan TEXT NOT NULL,                    -- JSON: what Plan.as_data gives
        typed TEXT NOT NULL,                   -- JSON: fields of a form that could not be read
        edits INTEGER,                         -- the subscription that it would change
        started INTEGER,                       -- the subscription that it became
        created_at TEXT NOT NULL               -- UTC
    );

    -- "Not relevant": each raises the threshold of its digest by a step.
    CREATE TABLE relevance_marks (
        subscription_id INTEGER NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE,
        article INTEGER NOT NULL,
        step REAL NOT NULL,
        marked_at TEXT NOT NULL,               -- UTC
        PRIMARY KEY (subscription_id, article)
    ) WITHOUT ROWID;
    """,
    """
    -- What a person wrote with a thumb down; kept 30 days.
    CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL,
        guild INTEGER,                         -- NULL: in a direct message
        message INTEGER NOT NULL,              -- the answer that it is about
        question TEXT NOT NULL,
        note TEXT NOT NULL,
        articles TEXT NOT NULL,                -- JSON list of the numbers that were quoted
        written_at TEXT NOT NULL,              -- UTC
        UNIQUE (person, message)
    );
    """,
    """
    ALTER TABLE subscriptions ADD COLUMN told_at TEXT;      -- UTC; when somebody was told last that it is blocked
    """,
    """
    ALTER TABLE parts ADD COLUMN sent_to INTEGER;           -- the channel, since a digest may move; NULL: its own
    """,
    """
    -- Asked of every digest in every round, however long its history has become.
    CREATE INDEX deliveries_under_way ON deliveries(subscription_id) WHERE state IN ('rendered', 'sending', 'blocked');
    """,
    """
    ALTER TABLE stories ADD COLUMN part INTEGER;            -- that tells it; 0: none any more; NULL: not known
    ALTER TABLE stories ADD COLUMN corrected_at TEXT;       -- UTC; when its message was told that it was removed
    CREATE INDEX stories_by_article ON stories(article);

    -- Of which state somebody is still to be told, and since when.
    ALTER TABLE subscriptions ADD COLUMN to_tell TEXT;
    ALTER TABLE subscriptions ADD COLUMN to_tell_since TEXT;  -- UTC
    """,
    """
    -- What the operator asks a running bot for; kept for 30 days after that.
    CREATE TABLE run_requests (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subscription_id INTEGER NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE,
        slot TEXT,                             -- the local day of the slot to run; NULL: a run of its own
        asked_at TEXT NOT NULL,                -- UTC
        ended_at TEXT,                         -- UTC; NULL while it waits
        run TEXT,                              -- the label of the run that carries it out
        refusal TEXT                           -- why none does
    );
    -- Asked for twice it is one.
    CREATE UNIQUE INDEX run_requests_waiting ON run_requests(subscription_id, ifnull(slot, '')) WHERE ended_at IS NULL;
    """,
    """
    ALTER TABLE subscriptions ADD COLUMN watched TEXT;      -- the question whose evidence is kept; NULL: none is

    -- What a watched question rests on, and ever did: places in articles. Words are kept as hashes.
    CREATE TABLE evidence (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subscription_id INTEGER NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE,
        delivery_id INTEGER REFERENCES deliveries(id) ON DELETE CASCADE,  -- that shows it; NULL: none had to
        article INTEGER NOT NULL,
        revision TEXT NOT NULL,
        start INTEGER NOT NULL,                -- code points of the article's text
        end INTEGER NOT NULL,
        statement TEXT NOT NULL,               -- what retrieval.watches.statements.Statement.as_text gives
        state TEXT NOT NULL                    -- now: it rests on it; then: it did; waits: for its delivery
    );
    CREATE INDEX evidence_by_subscription ON evidence(subscription_id);
    CREATE INDEX evidence_by_delivery ON evidence(delivery_id);
    """,
    """
    -- The days of a story's article, as ordinals: by them is known what can go on with it. NULL: it has none, or was
    -- written down before these columns.
    ALTER TABLE stories ADD COLUMN first_day INTEGER;
    ALTER TABLE stories ADD COLUMN last_day INTEGER;
    -- Asked of every digest in every run: without it all reports ever posted are read for it.
    CREATE INDEX stories_told ON stories(subscription_id, article, story, first_day, last_day)
        WHERE posted_at IS NOT NULL;

    ALTER TABLE deliveries ADD COLUMN counted TEXT;         -- JSON: outcomes of articles that are not in `account`
    """,
    """
    ALTER TABLE deliveries ADD COLUMN carries INTEGER NOT NULL DEFAULT 0;  -- the next run looks at its window again
    """,
    """
    ALTER TABLE deliveries ADD COLUMN watched INTEGER NOT NULL DEFAULT 0;  -- its topic was asked, as a question
    """,
)
