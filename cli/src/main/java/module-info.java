/** The command line. */
module swivel.cli {
    requires swivel.api;
    requires swivel.machine;
    requires swivel.formats;
    requires swivel.lpv;
    requires info.picocli;
    requires tools.jackson.core;
}
