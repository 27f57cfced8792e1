package swivel.lpv.report;

/** Where in a file a site is. */
public sealed interface Place {
    /** A line of source text; the first is 1. */
    record Line(int number) implements Place {
        @Override
        public String text() {
            return Integer.toString(number);
        }
    }

    /** A virtual address of a linked image. */
    record Address(int address) implements Place {
        @Override
        public String text() {
            return "%08x".formatted(address);
        }
    }

    /** A place in a section of a relocatable object, which has no addresses yet. */
    record InSection(String section, int offset) implements Place {
        @Override
        public String text() {
            return "%s+0x%x".formatted(section, offset);
        }
    }

    /** As it is written behind the file's name and a colon. */
    String text();
}
