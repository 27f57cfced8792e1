/** Machines for programs: a builder, a console, the end of a run. */
module swivel.api {
    requires transitive swivel.machine;
    requires swivel.lpv;

    exports swivel.api;
}
