/** The command line. */
module swivel.cli {
    requires swivel.machine;
    requires swivel.formats;
    requires swivel.lpv;
    requires info.picocli;

    opens swivel.cli to
            info.picocli;
}
