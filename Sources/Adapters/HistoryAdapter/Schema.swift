import GRDB

/// The tables of steps and checkpoints; SQLite itself refuses to change a row, or to delete one that no checkpoint covers.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 steps") { try $0.execute(sql: steps) }
        migrator.registerMigration("2 checkpoints") { database in
            try database.execute(sql: checkpoints)
            let first = try String.fetchOne(database, sql: "SELECT hash FROM step WHERE sequence = 1")
            if let first { try Checkpoint.begin(at: first, in: database) }
        }
        return migrator
    }

    private static let steps = """
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
        """

    private static let checkpoints = """
        CREATE TABLE checkpoint (
            sequence INTEGER PRIMARY KEY NOT NULL,
            step TEXT NOT NULL,
            origin TEXT NOT NULL,
            before TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER checkpoint_is_never_changed BEFORE UPDATE ON checkpoint
        BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
        BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        DROP INDEX IF EXISTS step_by_run;
        CREATE INDEX step_by_run_and_time ON step (run, time);
        DROP TRIGGER step_is_never_deleted;
        CREATE TRIGGER step_is_never_deleted BEFORE DELETE ON step
        WHEN OLD.sequence > (SELECT coalesce(max(sequence), 0) FROM checkpoint)
        BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
        """
}
