import GRDB

/// The table of steps; SQLite itself refuses to change or delete one.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 steps") { database in
            try database.execute(
                sql: """
                    CREATE TABLE step (
                        sequence INTEGER PRIMARY KEY NOT NULL,
                        run TEXT NOT NULL,
                        time TEXT NOT NULL,
                        workspace TEXT,
                        action TEXT NOT NULL,
                        status TEXT NOT NULL,
                        subject TEXT,
                        details TEXT NOT NULL,
                        hash TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX step_by_workspace ON step (workspace, time);
                    CREATE INDEX step_by_run ON step (run);
                    CREATE TRIGGER step_is_never_changed BEFORE UPDATE ON step
                    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
                    CREATE TRIGGER step_is_never_deleted BEFORE DELETE ON step
                    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
                    """)
        }
        return migrator
    }
}
