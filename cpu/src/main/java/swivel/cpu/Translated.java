package swivel.cpu;

import java.util.Arrays;

/** A translation that is in the code memory, and how it is linked. */
final class Translated {
    final Block block;
    /** Its number in {@link Translations}. */
    final int id;
    /** Host address of its start. */
    final long host;
    /** As in {@link Translation}. */
    final int[] links;

    /** It must not be entered or resumed any more. */
    boolean dead;

    // Guarded links of others to this one: whose, and which.
    private Translated[] sources = new Translated[0];
    private int[] indexes = new int[0];
    private int incoming;

    Translated(Block block, int id, long host, int[] links) {
        this.block = block;
        this.id = id;
        this.host = host;
        this.links = links;
    }

    void addIncoming(Translated source, int index) {
        if (incoming == sources.length) {
            sources = Arrays.copyOf(sources, 2 * incoming + 2);
            indexes = Arrays.copyOf(indexes, 2 * incoming + 2);
        }
        sources[incoming] = source;
        indexes[incoming++] = index;
    }

    /** What is done with a link. */
    @FunctionalInterface
    interface LinkAction {
        void accept(Translated source, int index);
    }

    /** Forgets the links of others to this one after something was done with each. */
    void dropIncoming(LinkAction action) {
        for (int i = 0; i < incoming; i++) {
            if (!sources[i].dead) {
                action.accept(sources[i], indexes[i]);
            }
        }
        incoming = 0;
        sources = new Translated[0];
        indexes = new int[0];
    }
}
