/** The judge's finding against the document. */
final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String why) {
        super(why);
    }

    static void unless(boolean right, String why) throws Wrong {
        if (!right) {
            throw new Wrong(why);
        }
    }
}
