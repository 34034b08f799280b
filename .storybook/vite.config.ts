/** The stories need nothing but Storybook's own settings: those of the CDN bundle, at the root, are not for them. */
export default {};
