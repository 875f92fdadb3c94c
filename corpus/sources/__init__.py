"""Where new items come from: feeds, list archives on the web, mailboxes and growing folders, each polled politely."""
