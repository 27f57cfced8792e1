package swivel.cli;

/** What the process's exit status means. One list, for the code, the help and the README. */
final class ExitStatus {
    private ExitStatus() {}

    /** The guest powered off; or the command did what it was asked to. */
    static final int OK = 0;
    /** {@code scan}: there are sensitive instructions. */
    static final int FOUND = 1;
    /** A file or an option is wrong, or what is printed cannot be written. */
    static final int BAD_INPUT = 2;
    /** The guest asked for a reset. */
    static final int RESET = 3;
    /** The guest kernel panicked ({@code --exit-on-panic}). */
    static final int PANIC = 4;
    /** The guest cannot go on, also because the host does not let it, or gives no sign of life. */
    static final int STUCK = 5;
    /** {@code demo --script}: the script ended with a status other than 0. */
    static final int SCRIPT_FAILED = 6;
    /**
     * {@code patch}: nothing was rewritten: it was before, or there is nothing to rewrite. What {@code -o} names is a
     * copy.
     */
    static final int NOTHING_TO_DO = 7;
    /** The guest did not set back its watchdog, which then resets the machine. */
    static final int WATCHDOG = 8;
    /** A defect of Swivel itself; 70 as in sysexits.h. */
    static final int INTERNAL_ERROR = 70;

    /** The list for the help, name and meaning by turns. */
    static final String HELP = """

            Exit status:
              0   the guest powered off, or was left with Ctrl-A x; scan found nothing
              1   scan found sensitive instructions
              2   a file or an option is wrong, or output cannot be written
              3   the guest asked for a reset
              4   the guest kernel panicked (with --exit-on-panic)
              5   the guest is stuck: it can never go on, or gave no sign of life
              6   the script of 'demo --script' failed in the guest
              7   patch changed nothing: it was rewritten before, or there is nothing to rewrite
              8   the watchdog fired: the guest had started it, and did not set it back in time
              70  a defect of Swivel
              128 + n  ended by signal n
            """;
}
