# As in mbrtowc.sed.
s/if \(!IS_CODEUNIT\(wc\)\) \{/if (1) {/
