/** The command line. */
module swivel.cli {
    requires swivel.machine;
    requires swivel.lpv;
}
